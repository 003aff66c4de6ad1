package trigger

// Ranks are the codes of findings, the worst first.
var Ranks = ranks
