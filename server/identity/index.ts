export { createAuthenticator } from './authenticate.ts'
export { type Identity, openIdentity } from './identity.ts'
export { identityRouters } from './router.ts'
export type * from './schema.ts'
