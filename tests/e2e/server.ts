import { PUBLIC_ENDPOINTS } from '../../server/identity/providers.ts'
import { providerEndpoints } from '../../server/identity/testing-provider.ts'
import { PROVIDER_PORT } from './environment.ts'

/** The server as it is, but that accounts elsewhere are at the tests' own provider. */
Object.assign(PUBLIC_ENDPOINTS, providerEndpoints(`http://127.0.0.1:${PROVIDER_PORT}`))
await import('../../server/main.ts')
