package views

// Notice is a sentence in a box.
type Notice struct {
	Kind     string // "info", "ok", "warn", "bad"
	Text     string
	Login    bool   // offers to log in again
	Resolve  int    // offers to resolve so many open incidents
	Act      string // an action of its card that it offers, or to leave it
	ActText  string
	Link     string // address to go on at, checked
	LinkText string
	Again    bool // offers to look again
	Seconds  int  // counts down and looks again; the sentence contains the number
}
