/** A command of `./qd -- NAME`. `run` gets the words after the name and answers with the exit code. */
export type Command = { run(args: readonly string[]): Promise<number> }
