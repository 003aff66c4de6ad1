package check

import "zendesk-pagerduty/problem"

// stage is when a finding is fixed among others.
type stage int

// The stages in their order. What pages without end, or the wrong people, is fixed
// first: while its webhook is off or leads nowhere it does no harm. What makes
// triggers heard is fixed last.
const (
	looping stage = iota + 1 // [NotAll] has none
	crowding
	ordinary
	hearing
)

// codes are all codes of faults, with their stages, in the order of their findings:
// what wakes the wrong people, what raises nothing, what the sidebar cannot show,
// what raises too often, and the rest.
var codes = []struct {
	code  problem.Code
	stage stage
}{
	{sandboxCopy, looping},

	{raiseMissing, hearing},
	{triggerInactive, hearing},
	{targetDead, hearing},
	{callMalformed, hearing},
	{hookMissing, hearing},
	{hookInactive, hearing},
	{hookSubscriptions, hearing},
	{hookEndpoint, hearing},
	{hookHost, hearing},
	{hookRegion, hearing},
	{hookPath, hearing},
	{hookMethod, hearing},
	{hookFormat, hearing},
	{hookHTTP, hearing},
	{bodyNone, ordinary},
	{bodyForm, ordinary},
	{bodyLarge, ordinary},
	{bodyNested, ordinary},
	{bodyBare, ordinary},
	{bodyQuotes, ordinary},
	{bodyJSON, ordinary},
	{bodyOld, ordinary},
	{actionMissing, ordinary},
	{actionCase, ordinary},
	{actionUnknown, ordinary},
	{routingMissing, ordinary},
	{routingExample, ordinary},
	{routingForm, ordinary},
	{payloadMissing, ordinary},
	{summaryMissing, ordinary},
	{summaryLong, ordinary},
	{sourceMissing, ordinary},
	{severityMissing, ordinary},
	{severityUnknown, ordinary},

	{keyMissing, ordinary},
	{keyExample, ordinary},
	{keySpaces, ordinary},
	{keyCase, ordinary},
	{keyPrefix, ordinary},
	{keyUnderscore, ordinary},
	{keyHost, ordinary},
	{keyBrand, ordinary},
	{keySubCase, ordinary},
	{keySubdomain, ordinary},
	{keyID, ordinary},
	{keyIDLiteral, ordinary},
	{keyIDMissing, ordinary},
	{keyOther, ordinary},

	{loopTag, looping},
	{loopOpen, looping},
	{repeats, looping},
	{orderFirst, ordinary},
	{twice, crowding},
	{orderWrong, ordinary},
	{ackWithRaise, crowding},
	{routingOther, ordinary},
	{once, ordinary},
	{twiceSame, crowding},
	{callMany, ordinary},
}

// stages are those of the codes.
var stages = func() map[problem.Code]stage {
	all := map[problem.Code]stage{}
	for _, row := range codes {
		all[row.code] = row.stage
	}
	return all
}()
