package incident

// What [Executor] alone calls, for its tests without one.
var (
	Act        = act
	AddNote    = addNote
	ChangeNote = changeNote
	CheckNote  = checkNote
	Create     = create
)
