import { type Contract } from '@prep/contracts'
import { type MessageContext } from '../message-context.ts'
import { type MessagingSettings } from '../settings.ts'
import { consumerOf, type Handler } from './handler.ts'

/** A database handler of the library itself, which every service has without declaring it. */
export function handlerOf<T>(settings: MessagingSettings, contract: Contract<T>, run: (data: T, context: MessageContext) => Promise<void>): Handler {
  return {
    consumer: consumerOf(settings.service, contract),
    contract,
    effects: 'database',
    retry: settings.retry,
    run: (data, context) => run(data as T, context as MessageContext),
  }
}
