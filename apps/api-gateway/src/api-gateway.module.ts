import { Module } from '@nestjs/common'

/** Nothing of its own yet: the door's routes are data (routing-table.ts) and streams (proxy.ts). Auth and limits come here. */
@Module({})
export class ApiGatewayModule {}
