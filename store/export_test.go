package store

// The statements of a panel, for the test that reads their plans.
const SelectPanel = selectPanel

func CountOthers(length int) string { return countOthers(length) }
