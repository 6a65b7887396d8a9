import 'reflect-metadata'
import { startService } from '@prep/service'
import { ApiGatewayModule } from './api-gateway.module.ts'
import { gatewayRoutes } from './gateway-routes.ts'

await startService({ name: 'api-gateway', module: ApiGatewayModule, http: { door: true, routes: gatewayRoutes } })
