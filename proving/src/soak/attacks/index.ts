import type { Attack } from './attack.js'
import { manySockets, oddFrames, slowRequests } from './connections.js'
import { deafSockets } from './deaf-sockets.js'
import { costlyDocuments, greedyDocuments, nestedJson, oddBodies } from './documents.js'
import { forgedTokens, guessedCodes } from './sign-in.js'
import { abandonedSubscriptions, greedyReaders } from './subscriptions.js'

/** Each by the words it is reported with. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  'subscriptions left unread': abandonedSubscriptions,
  'sockets that never read': deafSockets,
  'ten readers, three large subscriptions each': greedyReaders,
  'small documents, large answers': greedyDocuments,
  'documents that take long to validate': costlyDocuments,
  'JSON nested 30,000 deep': nestedJson,
  'bodies that are no requests': oddBodies,
  'frames that no client sends': oddFrames,
  'guessed voting codes': guessedCodes,
  'forged tokens, made-up addresses': forgedTokens,
  '300 sockets at once': manySockets,
  'requests that never end': slowRequests,
}
