import account from './account.json' with { type: 'json' }
import book from './book.json' with { type: 'json' }
import chart from './chart.json' with { type: 'json' }
import common from './common.json' with { type: 'json' }
import identity from './identity.json' with { type: 'json' }
import markets from './markets.json' with { type: 'json' }
import notify from './notify.json' with { type: 'json' }
import pool from './pool.json' with { type: 'json' }
import portfolio from './portfolio.json' with { type: 'json' }
import programErrors from './program-errors.json' with { type: 'json' }
import settings from './settings.json' with { type: 'json' }
import signing from './signing.json' with { type: 'json' }
import status from './status.json' with { type: 'json' }
import ticket from './ticket.json' with { type: 'json' }
import trade from './trade.json' with { type: 'json' }
import transfers from './transfers.json' with { type: 'json' }
import twap from './twap.json' with { type: 'json' }
import wallet from './wallet.json' with { type: 'json' }

/** German by the English text; a file for each part of the app, each text in one of them. */
export const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  account,
  book,
  chart,
  common,
  identity,
  markets,
  pool,
  notify,
  portfolio,
  programErrors,
  settings,
  signing,
  status,
  ticket,
  trade,
  transfers,
  twap,
  wallet,
}

export const de: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(PARTS))
