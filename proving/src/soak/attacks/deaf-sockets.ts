import { repeat, type Attack } from './attack.js'
import { isOpen, openSocket } from './socket.js'

const PING = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(60_000) } })
const MOST_PINGS = 4_000

/** Sockets that send pings with a payload of 60 kB and never read an answer. */
export const deafSockets: Attack = async (tools) => repeat(tools, async () => {
  const socket = await openSocket(tools)
  socket.pause()
  for (let sent = 0; sent < MOST_PINGS && isOpen(socket) && !tools.signal.aborted; sent += 1) {
    await new Promise<void>((resolve) => {
      // Whoever is read no more waits here; a while later it gives up, as a patient attacker would.
      const patience = setTimeout(resolve, 2_000)
      socket.send(PING, () => {
        clearTimeout(patience)
        resolve()
      })
    })
  }
  socket.terminate()
}, { lanes: 2, pauseMs: 500 })
