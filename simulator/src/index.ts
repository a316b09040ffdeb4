export { createApiClient, type ApiClient, type ApiClientOptions } from './system/api-client.js'
export { ApiFailure } from './system/api-failure.js'
export { demoElection, DEMO_SLUG, type DemoElectionOptions } from './demo/demo-election.js'
