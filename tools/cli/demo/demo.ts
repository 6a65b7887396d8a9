import { GatewayClient } from './gateway-client.ts'
import { registerKitchen, stories, tell, type ToldStory } from './story.ts'
import { heading, outcomeLine, passageLine } from './timeline.ts'

/** Both stories, written as they happen. Returns what came of them. */
export async function runDemo(gatewayUrl: string, write: (text: string) => void): Promise<ToldStory[]> {
  const gateway = new GatewayClient(gatewayUrl)
  const kitchen = await registerKitchen(gateway)
  const told: ToldStory[] = []
  for (const [index, story] of stories.entries()) {
    write(heading(index + 1, story.title))
    const end = await tell(gateway, kitchen.id, story, (passage) => write(passageLine(passage)))
    write(outcomeLine(end.booking))
    told.push(end)
  }
  return told
}
