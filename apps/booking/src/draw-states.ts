// Draws the table of transitions into README.md: node apps/booking/src/draw-states.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { drawBookingStates } from './domain/booking-diagram.ts'

const readme = new URL('../README.md', import.meta.url)
const picture = /```mermaid\nstateDiagram-v2[\s\S]*?```/
const text = readFileSync(readme, 'utf8')
writeFileSync(readme, text.replace(picture, '```mermaid\n' + drawBookingStates() + '\n```'))
