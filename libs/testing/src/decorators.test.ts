import { Body, Controller, Injectable, Module, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { expect, test } from 'vitest'

@Injectable()
class Greeter {
  greet(name: string): string { return `hello ${name}` }
}

@Controller('greetings')
class GreetingController {
  private readonly greeter: Greeter
  constructor(greeter: Greeter) { this.greeter = greeter }

  @Post()
  greet(@Body() body: { name: string }): { text: string } { return { text: this.greeter.greet(body.name) } }
}

@Module({ controllers: [GreetingController], providers: [Greeter] })
class GreetingModule {}

test('vitest compiles legacy decorators and their metadata as tsc does', async () => {
  const app = await NestFactory.create<NestFastifyApplication>(GreetingModule, new FastifyAdapter(), { logger: false })
  await app.init()
  const answer = await app.getHttpAdapter().getInstance().inject({ method: 'POST', url: '/greetings', payload: { name: 'Prep' } })
  expect(answer.json()).toEqual({ text: 'hello Prep' })
  await app.close()
})
