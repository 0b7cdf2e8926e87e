/** The guards of docs/threat-model.md, and the scene that plays the attack each one stops. */
import { ORDER_GUARDS } from './order-guards.ts'

export type Guard = {
  /** The attack. */
  name: string
  /** Below programs/. */
  file: string
  /** Source text of the guard, exactly once in the file, and what stands there when it is gone. */
  guard: string
  without: string
  /** Test file in programs/tests, and a test's name. */
  scene: readonly [file: string, name: string]
}

export const GUARDS: readonly Guard[] = [
  ...ORDER_GUARDS,
  {
    name: 'an admin transaction signed weeks before, with a durable nonce',
    file: 'perps/src/admin_guard.rs',
    guard: 'require!(!advances_nonce, PerpsError::DurableNonce);',
    without: 'let _ = advances_nonce;',
    scene: ['durable-nonces.test.ts', 'executeChange is refused in a transaction with a durable nonce'],
  },
  {
    name: 'an announced change executed before anybody could see it coming',
    file: 'perps/src/state/change.rs',
    guard: 'require!(now >= self.eta, PerpsError::ChangeTooEarly);',
    without: '',
    scene: ['changes.test.ts', 'a change waits for the timelock and then does what was announced, once'],
  },
  {
    name: 'another change executed than the one announced',
    file: 'perps/src/state/change.rs',
    guard: 'require!(payload.hash()? == self.payload_hash, PerpsError::ChangePayload);',
    without: '',
    scene: ['changes.test.ts', 'only what was announced is executed'],
  },
  {
    name: 'a risk key that keeps people from adding margin',
    file: 'perps/src/instructions/exchange/tighten_risk.rs',
    guard: 'require!(vault.index != QUOTE_VAULT_INDEX, PerpsError::InvalidParameter);',
    without: 'let _ = QUOTE_VAULT_INDEX;',
    scene: ['tighten-risk.test.ts', 'nobody can be kept from adding margin in the quote token'],
  },
  {
    name: 'a curve made steeper under open positions',
    file: 'perps/src/parameter_rules.rs',
    guard: 'require!(may_have_depth, PerpsError::DepthInUse);',
    without: 'let _ = may_have_depth;',
    scene: [
      'market-changes.test.ts',
      'the depth of the curve rises freely and falls only while hardly anybody would notice',
    ],
  },
]
