package workspace

// Sandboxes are the values of the frame's sandbox attribute that the page can
// be opened with (?sandbox=…). Which tokens Zendesk itself sets is not
// documented, so tests try the strict and the lenient one.
const (
	SandboxStrict   = "strict"    // a popup inherits the sandbox
	SandboxLenient  = "lenient"   // a popup escapes it; the default
	SandboxNoPopups = "no-popups" // window.open returns null
	SandboxNone     = "none"      // no attribute
)

func sandboxTokens(name string) (chosen, tokens string) {
	const base = "allow-scripts allow-forms allow-same-origin"
	switch name {
	case SandboxStrict:
		return name, base + " allow-popups"
	case SandboxNoPopups:
		return name, base
	case SandboxNone:
		return name, ""
	default:
		return SandboxLenient, base + " allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads " +
			"allow-storage-access-by-user-activation"
	}
}
