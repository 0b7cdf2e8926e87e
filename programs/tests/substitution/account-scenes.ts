/** Wallets, sub-accounts, vaults. */
import { SystemProgram } from '@solana/web3.js'
import { addresses } from '../harness.ts'
import { BASE, USD } from '../params.ts'
import { base, funded, type Scenes, traderScene } from './scene.ts'

export const accountScenes: Scenes = {
  createUserAccount: () => {
    const world = base.fork()
    const wallet = funded(world)
    const authority = wallet.publicKey
    const accounts = {
      authority,
      userAccount: addresses.userAccount(authority),
      systemProgram: SystemProgram.programId,
    }
    return { world, args: {}, accounts, call: { signers: [wallet] } }
  },
  updateUserAccount: () => {
    const { world, alice } = traderScene()
    const referrer = world.trader(0n).userAccount
    const accounts = { authority: alice.keypair.publicKey, userAccount: alice.userAccount, referrer }
    const args = { name: new Uint8Array(32).fill(65, 0, 3) }
    return { world, args, accounts, call: { signers: [alice.keypair] }, free: ['referrer'] }
  },
  collectReferralRewards: () => {
    const { world, alice } = traderScene()
    const bob = world.trader(0n)
    const named = { authority: alice.keypair.publicKey, userAccount: alice.userAccount, referrer: bob.userAccount }
    world.done('updateUserAccount', { name: new Uint8Array(32) }, named, { signers: [alice.keypair] })
    world.enter(alice, 0, 'buy', BASE)
    const accounts = {
      authority: bob.keypair.publicKey,
      userAccount: bob.userAccount,
      subAccount: bob.subAccount,
      quoteVault: addresses.tokenVault(world.usdcMint),
    }
    const remaining = [{ pubkey: alice.userAccount, isSigner: false, isWritable: true }]
    return { world, args: {}, accounts, call: { signers: [bob.keypair], remaining } }
  },
  createSubAccount: () => {
    const { world, alice } = traderScene()
    const authority = alice.keypair.publicKey
    const subAccount = addresses.subAccount(authority, 1)
    const accounts = { authority, userAccount: alice.userAccount, subAccount, systemProgram: SystemProgram.programId }
    return { world, args: { id: 1 }, accounts, call: { signers: [alice.keypair] } }
  },
  updateSubAccount: () => {
    const { world, alice } = traderScene()
    const settings = {
      delegate: world.admin.publicKey,
      delegateExpiresAt: BigInt(world.svm.now + 60),
      delegateBudget: USD,
      isolatedMarket: null,
    }
    return {
      world,
      args: { settings },
      accounts: world.updateSubAccountAccounts(alice),
      call: { signers: [alice.keypair] },
    }
  },
  closeSubAccount: () => {
    const { world, alice } = traderScene(0n, 0n)
    const accounts = {
      authority: alice.keypair.publicKey,
      userAccount: alice.userAccount,
      subAccount: alice.subAccount,
    }
    return { world, args: {}, accounts, call: { signers: [alice.keypair] } }
  },
  depositTokens: () => {
    const { world, alice } = traderScene()
    alice.usdc = world.createTokens(world.usdcMint, alice.keypair.publicKey, USD)
    return { world, args: { amount: USD }, accounts: world.depositAccounts(alice), call: { signers: [alice.keypair] } }
  },
  withdrawTokens: () => {
    const { world, alice, call } = traderScene()
    return { world, args: { amount: USD }, accounts: world.withdrawAccounts(alice), call, free: ['userTokens'] }
  },
  depositNativeSol: () => {
    const { world, alice } = traderScene()
    return {
      world,
      args: { lamports: BASE },
      accounts: world.nativeDepositAccounts(alice),
      call: { signers: [alice.keypair] },
    }
  },
  withdrawNativeSol: () => {
    const { world, alice } = traderScene()
    world.enter(alice, 1, 'buy', 1_000_000n)
    const call = { signers: [alice.keypair], remaining: world.marginAccounts(alice) }
    return { world, args: { lamports: BASE / 10n }, accounts: world.nativeWithdrawAccounts(alice), call }
  },
  transferCollateral: () => {
    const { world, alice, call } = traderScene()
    const accounts = world.transferAccounts(alice, world.addSubAccount(alice), world.usdcMint)
    return { world, args: { amount: USD }, accounts, call, free: ['tokenVault'] }
  },
}
