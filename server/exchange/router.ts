import { publicProcedure } from '#server/platform/procedures.ts'
import { listFills, listFundingPayments, listLiquidations, listOrders, listTransfers } from './account-repo.ts'
import { listCurrentFunding, listFundingRates, listFundingSteps, listMarkets, listTrades } from './market-repo.ts'
import {
  accountDto,
  accountHistoryInput,
  authorityInput,
  bookDto,
  currentFundingDto,
  fillPage,
  fundingPage,
  fundingRateDto,
  fundingStepDto,
  fundingStepsInput,
  heldPositionDto,
  insuranceDto,
  liquidationPage,
  liquidationsInput,
  marketDto,
  marketHistoryInput,
  marketInput,
  orderPage,
  tradeDto,
  transferHistoryInput,
  transferPage,
} from './schema.ts'
import { getAccount, getBook, getLaunchedInsurance, getMarket, listPositions } from './service.ts'

/** Parts of `market`; prices and candles join it at the root. */
export const marketProcedures = {
  list: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/markets',
        summary: 'Markets with parameters, state and 24 h statistics',
        tags: ['markets'],
      },
    })
    .output(marketDto.array())
    .query(({ ctx }) => listMarkets(ctx.db, ctx.clock.now())),
  get: publicProcedure
    .meta({
      cost: 'page',
      openapi: { method: 'GET', path: '/markets/{market}', summary: 'One market', tags: ['markets'] },
    })
    .input(marketInput)
    .output(marketDto)
    .query(({ ctx, input }) => getMarket(ctx.db, input.market, ctx.clock.now())),
  trades: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/markets/{market}/trades',
        summary: 'Latest trades, newest first',
        tags: ['markets'],
      },
    })
    .input(marketHistoryInput)
    .output(tradeDto.array())
    .query(({ ctx, input }) => listTrades(ctx.db, input.market, input.limit)),
  book: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/markets/{market}/book',
        summary: "Resting limit orders, best price first; the pool's own liquidity comes on top",
        tags: ['markets'],
      },
    })
    .input(marketInput)
    .output(bookDto)
    .query(({ ctx, input }) => getBook(ctx.db, input.market, ctx.clock.now())),
  liquidations: publicProcedure
    .meta({
      cost: 'page',
      openapi: { method: 'GET', path: '/liquidations', summary: 'Liquidations, newest first', tags: ['liquidations'] },
    })
    .input(liquidationsInput)
    .output(liquidationPage)
    .query(({ ctx, input }) => listLiquidations(ctx.db, input)),
  funding: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/markets/{market}/funding',
        summary: 'Funding rates, newest first',
        tags: ['funding'],
      },
    })
    .input(marketHistoryInput)
    .output(fundingRateDto.array())
    .query(({ ctx, input }) => listFundingRates(ctx.db, input.market, input.limit)),
  fundingSteps: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/markets/{market}/funding/steps',
        summary: 'Funding rates at even steps of a time, oldest first',
        tags: ['funding'],
      },
    })
    .input(fundingStepsInput)
    .output(fundingStepDto.array())
    .query(({ ctx, input }) => listFundingSteps(ctx.db, input)),
  currentFunding: publicProcedure
    .meta({
      cost: 'row',
      openapi: {
        method: 'GET',
        path: '/funding',
        summary: 'Funding of every market as it last accrued',
        tags: ['funding'],
      },
    })
    .output(currentFundingDto.array())
    .query(({ ctx }) => listCurrentFunding(ctx.db)),
}

export const accountProcedures = {
  get: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/portfolio/{authority}',
        summary: 'Balances, positions and open orders of a wallet',
        tags: ['accounts'],
      },
    })
    .input(authorityInput)
    .output(accountDto)
    .query(({ ctx, input }) => getAccount(ctx.db, input.authority)),
  positions: publicProcedure
    .meta({
      cost: 'row',
      openapi: {
        method: 'GET',
        path: '/positions/{authority}',
        summary: 'Open positions of a wallet, over all its sub-accounts',
        tags: ['accounts'],
      },
    })
    .input(authorityInput)
    .output(heldPositionDto.array())
    .query(({ ctx, input }) => listPositions(ctx.db, input.authority)),
  orders: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/orders/{authority}',
        summary: 'Orders of a wallet, newest first',
        tags: ['accounts'],
      },
    })
    .input(accountHistoryInput)
    .output(orderPage)
    .query(({ ctx, input }) => listOrders(ctx.db, input)),
  fills: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/trades/{authority}',
        summary: 'Fills of a wallet, newest first',
        tags: ['accounts'],
      },
    })
    .input(accountHistoryInput)
    .output(fillPage)
    .query(({ ctx, input }) => listFills(ctx.db, input)),
  funding: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/funding/{authority}',
        summary: 'Funding payments of a wallet, newest first',
        tags: ['funding'],
      },
    })
    .input(accountHistoryInput)
    .output(fundingPage)
    .query(({ ctx, input }) => listFundingPayments(ctx.db, input)),
  liquidations: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/liquidations/{authority}',
        summary: 'Liquidations of a wallet, newest first',
        tags: ['liquidations'],
      },
    })
    .input(accountHistoryInput)
    .output(liquidationPage)
    .query(({ ctx, input }) => listLiquidations(ctx.db, input)),
  transfers: publicProcedure
    .meta({
      cost: 'page',
      openapi: {
        method: 'GET',
        path: '/transfers/{authority}',
        summary: 'Deposits and withdrawals of a wallet, newest first',
        tags: ['accounts'],
      },
    })
    .input(transferHistoryInput)
    .output(transferPage)
    .query(({ ctx, input }) => listTransfers(ctx.db, input)),
}

export const insuranceProcedures = {
  get: publicProcedure
    .meta({
      cost: 'row',
      openapi: {
        method: 'GET',
        path: '/insurance',
        summary: 'The insurance fund and the newest losses it was asked to cover',
        tags: ['pool'],
      },
    })
    .output(insuranceDto)
    .query(({ ctx }) => getLaunchedInsurance(ctx.db)),
}
