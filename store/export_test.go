package store

// The statements of a panel, for the test that reads their plans.
const SelectTogether = selectTogether

func CountOthers(length int) string { return countOthers(length) }
