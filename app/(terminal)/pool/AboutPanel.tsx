'use client'
import { t } from '#app/i18n/t.ts'
import type { PoolDto } from '#server/exchange/pool-schema.ts'
import { durationText } from './duration.ts'

/** What the pool does with the money, and every way in which it can be lost or have to wait. */
export function AboutPanel({ pool }: { pool: PoolDto | undefined }) {
  const cooldown = pool === undefined ? t('a cooldown') : durationText(pool.terms.exitCooldownS)
  return (
    <section aria-label={t('What it is, and the risks')} className="bg-panel px-3 pb-4 lg:col-span-2">
      <div className="grid gap-x-8 gap-y-3 text-muted leading-[18px] lg:grid-cols-2">
        <div>
          <h2 className="flex h-9 items-center font-semibold text-md text-text">{t('What it is')}</h2>
          <p>
            {t(
              'The pool is the other side of every trade that no resting order takes. It earns the spread, its part of the trading fees and the interest of debtors. It gains what traders lose and pays what they win; on its positions it receives or pays funding as everybody does. A share is a part of all of it.',
            )}
          </p>
          <p className="mt-2">
            {t(
              'A deposit becomes shares with prices published after it, at the higher of the value then and at the request; an exit is paid at the lower of the two. So nobody can enter or leave at a price already known, at the cost of those who stay.',
            )}
          </p>
        </div>
        <div>
          <h2 className="flex h-9 items-center font-semibold text-md text-text">{t('What can go wrong')}</h2>
          <ul className="grid list-disc gap-1.5 pl-4">
            <li>{t('Traders can win. A share can become worth less than you paid for it, down to nothing.')}</li>
            <li>
              {t(
                'In a market the pool can lose at most what is allocated there, but several markets can lose at once.',
              )}
            </li>
            <li>
              {t(
                "What a bankrupt account cannot pay and insurance does not cover, the pool bears up to the market's cap, before other traders do.",
              )}
            </li>
            <li>
              {t(
                'Leaving takes time: {cooldown}, then it is paid from idle USDC. While that does not suffice, or a market has a loss that nobody has covered, it waits. What could not be paid within an hour goes back as shares, and has to be asked for again.',
                { cooldown },
              )}
            </li>
            <li>{t('A request cannot be taken back.')}</li>
            <li>
              {t(
                'Prices come from an oracle and the rules from a program: either can fail. Operators can stop deposits and exits; a stop of exits ends by itself after 72 hours.',
              )}
            </li>
          </ul>
        </div>
      </div>
    </section>
  )
}
