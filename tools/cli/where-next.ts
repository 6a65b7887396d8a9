import { styleText } from 'node:util'
import type { Platform } from '@prep/runtime'

/** The addresses worth opening, and three commands to try. */
export function whereToGoNext(platform: Platform, detached: boolean): string {
  const gateway = platform.part('api-gateway').url
  const command = (text: string): string => styleText('bold', text)
  return [
    '',
    `  API      ${gateway}/api/v1/kitchens   ${gateway}/api/v1/bookings`,
    `  Health   ${gateway}/health/ready`,
    '',
    '  Next:',
    `    ${command('./prep demo')}              the two bookings again`,
    `    ${command('./prep status')}            each part: health, version, port, memory`,
    `    ${command('./prep logs booking')}      what one service says; --follow, --correlation ID`,
    '',
    detached ? '  It goes on by itself. End it: ./prep down' : '  It stays until Ctrl-C.',
    '',
  ].join('\n')
}
