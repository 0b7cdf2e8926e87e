export { solvencyProcedures } from './router.ts'
export { type SolvencyWatch, solvencyWatch } from './watch.ts'
