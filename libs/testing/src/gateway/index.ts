/** Prep's public API from a client's side. Needs no test runner, so that benchmarks use it too. */
export { aKitchen, GatewayClient, type ApiAnswer, type ApiProblem, type BookingRequest, type BookingResource, type ProgressItem } from './client.ts'
export { BookingLoad, type LoadedBooking, type LoadOptions } from './load.ts'
export { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts'
export { Slots } from './slots.ts'
