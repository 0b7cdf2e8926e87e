/** Server-sent events of a response, for tests, benchmarks and the CLI; browsers have their own reader. */
export type ServerSentEvent = { id: string | undefined; event: string; data: string }

/** Events until the body ends or the reader leaves the loop, which cancels the request. Comments (heartbeats) are skipped. */
export async function* readServerSentEvents(response: Response): AsyncGenerator<ServerSentEvent, void> {
  if (response.body === null) return
  let buffered = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    buffered += chunk
    const blocks = buffered.split('\n\n')
    buffered = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = parseBlock(block)
      if (event !== undefined) yield event
    }
  }
}

function parseBlock(block: string): ServerSentEvent | undefined {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? []
    if (name !== '') fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value)
  }
  const data = fields.get('data')
  return data === undefined ? undefined : { id: fields.get('id'), event: fields.get('event') ?? 'message', data }
}
