/** Wake-ups between the API and the signer, each with the id of its row: the rows say what has happened. */
export const INTENT_ASKED = 'signer.intent.asked'
export const INTENT_ENDED = 'signer.intent.ended'
export const KEY_CHANGED = 'signer.key.changed'
export const KEY_MADE = 'signer.key.made'
