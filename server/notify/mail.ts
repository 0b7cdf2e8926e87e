import type { Item } from './message-repo.ts'

/** What is in a mail, for both of its forms. */
type Part = { title: string; body: string; note?: string }
type Link = { label: string; url: string }
type Letter = { subject: string; parts: readonly Part[]; foot: string; links: readonly Link[] }
export type Mail = { subject: string; text: string; html: string }

const MOST_ITEMS = 50
const MOST_SUBJECT = 150

/** What gathered for somebody; times are told in `timeZone`. */
export function notificationMail({
  items,
  timeZone,
  site,
  unsubscribeUrl,
}: {
  items: readonly Item[]
  timeZone: string
  site: string
  unsubscribeUrl: string
}): Mail {
  const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone })
  const shown = items.slice(-MOST_ITEMS).map(({ title, body, at }) => ({ title, body, note: time.format(at) }))
  const left = items.length - shown.length
  const more = { title: `… and ${left} earlier`, body: 'All of them are on the site, under notifications.' }
  const [only] = items
  return render({
    subject: items.length === 1 && only !== undefined ? only.title : `${items.length} notifications from QuantDesk`,
    parts: left > 0 ? [more, ...shown] : shown,
    foot: `Times are of ${timeZone}. You chose in the settings of ${hostOf(site)} to be told this by e-mail.`,
    links: [
      { label: 'Choose what you are told', url: `${site}/settings#notifications` },
      { label: 'Unsubscribe', url: unsubscribeUrl },
    ],
  })
}

export function confirmationMail({ code, minutes, site }: { code: string; minutes: number; site: string }): Mail {
  return render({
    subject: `${code} confirms your e-mail address`,
    parts: [
      {
        title: code,
        body: `Type this code in the settings of ${hostOf(site)}, under notifications. It is good for ${minutes} minutes.`,
      },
    ],
    foot: 'If you did not ask for it, do nothing: no more mail is sent to this address without its code.',
    links: [{ label: hostOf(site), url: site }],
  })
}

const hostOf = (site: string): string => new URL(site).host

function render(letter: Letter): Mail {
  return { subject: oneLine(letter.subject).slice(0, MOST_SUBJECT), text: plain(letter), html: marked(letter) }
}

/** Names that users give end up in subjects. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim()

function plain({ parts, foot, links }: Letter): string {
  const said = parts.map(({ title, body, note }) => [title, body, note].filter(Boolean).join('\n'))
  const end = ['-- ', foot, ...links.map(({ label, url }) => `${label}: ${url}`)].join('\n')
  return `${[...said, end].join('\n\n')}\n`
}

/** Everything that is not ours is escaped. Nothing is loaded from anywhere, so that reading tells nobody. */
function marked({ subject, parts, foot, links }: Letter): string {
  const small = 'margin:4px 0 0;font-size:12px;color:#7a828f'
  const said = parts.map(({ title, body, note }) =>
    [
      '<div style="padding:12px 0;border-bottom:1px solid #8884">',
      `<p style="margin:0;font-weight:600">${escaped(title)}</p>`,
      body === '' ? '' : `<p style="margin:4px 0 0">${escaped(body)}</p>`,
      note === undefined ? '' : `<p style="${small}">${escaped(note)}</p>`,
      '</div>',
    ].join(''),
  )
  const anchors = links.map(({ label, url }) => `<a href="${escaped(url)}" style="color:#5b7cfa">${escaped(label)}</a>`)
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">',
    `<title>${escaped(subject)}</title></head>`,
    '<body style="margin:0 auto;padding:16px;max-width:560px;font:15px/1.5 system-ui,sans-serif">',
    ...said,
    `<p style="${small}">${escaped(foot)}</p><p style="${small}">${anchors.join(' · ')}</p></body></html>`,
  ].join('\n')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
