import type { PubSub } from 'type-graphql'

/** type-graphql asks for a bus where there are subscriptions; ours bring their own source and never use it. */
export const noPubSub: PubSub = {
  publish: () => { throw new Error('Nothing is published within the API: results come from topic `results`.') },
  subscribe: () => { throw new Error('Every subscription names its own source.') },
}
