import { computed, ref, shallowRef } from 'vue'
import { useServer } from '../graphql/client.js'
import { problemOf, type Problem } from '../graphql/problems.js'
import { createBoothMemory, emptyMemory, type BoothMemory } from './booth-memory.js'
import { signInMutation, type BoothElection, type CastVerdict } from './documents.js'
import { selectionsOf, toggleMark, type Marks } from './marks.js'
import { useCastVote, type CastAnswer } from './use-cast-vote.js'
import { formatVotingCode } from './voting-code.js'
import { withPatience } from './with-patience.js'

export type BoothStage = 'sign-in' | 'contest' | 'review' | 'sending' | 'receipt' | 'refused' | 'voted'
export type Refusal = { kind: Exclude<CastVerdict['__typename'], 'VoteAccepted'> | 'Request', message: string, problems: readonly string[] }

/** A voter's way through the booth: sign in, one contest at a time, review, cast, receipt. */
export function useBooth(election: BoothElection) {
  const { client } = useServer()
  const { attempt, cast } = useCastVote()
  const store = createBoothMemory({ electionId: election.id })
  const memory = shallowRef<BoothMemory>(store.read())
  const stage = ref<BoothStage>('sign-in')
  const position = ref(0)
  const marks = shallowRef<Marks>({})
  const refusal = shallowRef<Refusal | null>(null)
  const signInProblem = ref<Problem | null>(null)
  const isSigningIn = ref(false)
  const hasExpired = ref(false)

  const contests = computed(() => election.contests.filter((contest) => memory.value.session?.contestIds.includes(contest.id) === true))
  const contest = computed(() => contests.value[position.value] ?? null)

  function remember(change: Partial<BoothMemory>): void {
    memory.value = { ...memory.value, ...change }
    store.write(memory.value)
  }

  async function signIn(code: string): Promise<void> {
    isSigningIn.value = true
    signInProblem.value = null
    const ask = () => client.mutation(signInMutation, { electionId: election.id, code: formatVotingCode(code) }).toPromise()
    const { data, error } = await withPatience(ask)
    isSigningIn.value = false
    if (data === undefined || data === null) {
      signInProblem.value = error === undefined ? 'unknown' : problemOf(error)
      return
    }
    const session = data.signInWithVotingCode
    hasExpired.value = false
    remember({ session: { token: session.token, expiresAt: session.expiresAt, unitName: session.reportingUnit.name, contestIds: session.ballotStyle.map((one) => one.id) } })
    // A ballot that waits for its answer goes first: it may be the very one that the server calls cast.
    if (memory.value.unanswered !== null) await send()
    else if (session.hasVoted) stage.value = 'voted'
    else show(0)
  }

  function show(at: number): void {
    position.value = at
    stage.value = at >= contests.value.length ? 'review' : 'contest'
  }

  async function castBallot(): Promise<void> {
    if (stage.value === 'sending') return
    remember({ unanswered: { idempotencyKey: crypto.randomUUID(), selections: selectionsOf(contests.value, marks.value) } })
    await send()
  }

  async function send(): Promise<void> {
    const { session, unanswered } = memory.value
    if (session === null || unanswered === null) return
    stage.value = 'sending'
    const answer = await cast(election.id, session.token, unanswered)
    if (answer !== null) take(answer)
  }

  function take(answer: CastAnswer): void {
    if (answer.kind === 'expired') {
      hasExpired.value = true
      remember({ session: null })
      stage.value = 'sign-in'
      return
    }
    if (answer.kind === 'refused') {
      refuse({ kind: 'Request', message: answer.message, problems: [] })
    } else if (answer.verdict.__typename === 'VoteAccepted') {
      const { receipt, repeated } = answer.verdict
      marks.value = {}
      remember({ session: null, unanswered: null, receipt: { tracker: receipt.tracker, castAt: receipt.castAt, isRepeated: repeated } })
      stage.value = 'receipt'
    } else {
      const problems = answer.verdict.__typename === 'InvalidBallot' ? answer.verdict.problems : []
      refuse({ kind: answer.verdict.__typename, message: answer.verdict.message, problems })
    }
  }

  function refuse(reason: Refusal): void {
    remember({ unanswered: null })
    refusal.value = reason
    stage.value = 'refused'
  }

  function leave(): void {
    store.forget()
    memory.value = emptyMemory
    marks.value = {}
    position.value = 0
    hasExpired.value = false
    stage.value = 'sign-in'
  }

  function resume(): void {
    const { session, unanswered, receipt } = memory.value
    if (unanswered !== null && session !== null) void send()
    else if (unanswered !== null) hasExpired.value = true
    else if (receipt !== null) stage.value = 'receipt'
    else if (session !== null && Date.parse(session.expiresAt) > Date.now()) show(0)
  }

  resume()
  return {
    stage, position, contests, contest, marks, attempt, refusal, signInProblem, isSigningIn, hasExpired,
    receipt: computed(() => memory.value.receipt),
    unitName: computed(() => memory.value.session?.unitName ?? ''),
    signIn,
    show,
    mark: (optionId: string) => { if (contest.value !== null) marks.value = toggleMark(marks.value, contest.value, optionId) },
    clear: () => { if (contest.value !== null) marks.value = { ...marks.value, [contest.value.id]: [] } },
    castBallot,
    leave,
  }
}
