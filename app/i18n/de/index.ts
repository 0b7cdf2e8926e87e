import common from './common.json' with { type: 'json' }

/** German by the English text; a file for each part of the app, each text in one of them. */
export const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = { common }

export const de: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(PARTS))
