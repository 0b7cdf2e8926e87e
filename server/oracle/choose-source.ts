import type { Clock } from '#server/platform/clock.ts'
import type { Config } from '#server/platform/config.ts'
import { AppError } from '#server/platform/errors.ts'
import { ORACLE_FEEDS } from './feeds.ts'
import type { PriceSource } from './price.ts'
import { replaySource } from './replay/source.ts'
import type { OracleSource } from './source.ts'

type OracleConfig = Pick<Config, 'oracleSource'>

/**
 * The source that ORACLE_SOURCE means; `auto` is the best one this installation can reach, and replay needs nothing.
 * @throws AppError BAD_INPUT for a source that this version does not have.
 */
export function chosenSource({ oracleSource }: OracleConfig): PriceSource {
  switch (oracleSource) {
    case 'auto':
    case 'replay':
      return 'replay'
    case 'hermes':
    case 'pyth-push':
    case 'exchange':
      throw new AppError('BAD_INPUT', {
        message: `ORACLE_SOURCE=${oracleSource} is not available in this version: set ORACLE_SOURCE=replay, or auto for the best available source`,
      })
  }
}

/** @throws AppError BAD_INPUT as `chosenSource` does. */
export function openSource(config: OracleConfig, clock: Clock): OracleSource {
  chosenSource(config)
  return replaySource(ORACLE_FEEDS, clock)
}
