package text_test

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/views/text"
)

// neverShown are codes without a sentence: the program acts on them, and nobody
// reads them.
var neverShown = []string{"act.first", "create.duplicate", "login.fenced"}

// fewer are the actions that a family of sentences is asked for, where those are
// not all constants of their type.
var fewer = map[string][]incident.Action{
	"action.": incident.Actions,
	// A creation and a new integration have notices of their own.
	"done.": without(incident.Actions, incident.ToCreate, incident.ToIntegrate),
	// What an incident's life leaves on the ticket.
	"ticketnote.": {incident.ToCreate, incident.ToAcknowledge, incident.ToResolve, incident.ToReopen, incident.ToLink},
}

func without(all []incident.Action, some ...incident.Action) []incident.Action {
	return slices.DeleteFunc(slices.Clone(all), func(a incident.Action) bool { return slices.Contains(some, a) })
}

// asked is what the compiled code asks the catalog for.
type asked struct {
	exists   func(id string) bool
	all      []string                  // ids of sentences
	ids      map[string]token.Position // known when the program is compiled
	families map[string]token.Position // beginnings of ids that are composed, e.g. "status."
	codes    map[string]bool           // values of problem.Code
}

// Every sentence that the program asks for exists, and none exists that it does
// not ask for. What it asks for is read from the type-checked packages: constants
// are folded, and an id that ends in a value of a named type stands for all
// constants of that type.
func TestSentences(t *testing.T) {
	t.Parallel()
	catalog, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	tx := catalog.For("en")
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedSyntax |
			packages.NeedTypes | packages.NeedTypesInfo | packages.NeedExportFile,
		Env: append(os.Environ(), "CGO_ENABLED=0"), // as the program is compiled, so that Go's cache has it
	}, "zendesk-pagerduty/views/...", "zendesk-pagerduty/server/...", "zendesk-pagerduty/incident", "zendesk-pagerduty/oauth",
		"zendesk-pagerduty/zendesk/...", "zendesk-pagerduty/problem", "zendesk-pagerduty/seal")
	if err != nil {
		t.Fatal(err)
	}
	a := &asked{exists: tx.Has, all: tx.IDs(), ids: map[string]token.Position{}, families: map[string]token.Position{}, codes: map[string]bool{}}
	for _, p := range loaded {
		for _, err := range p.Errors {
			t.Fatal(err)
		}
		a.read(p)
	}
	if len(a.ids) < 200 || len(a.families) < 5 || len(a.codes) < 50 {
		t.Fatalf("found only %d ids, %d families, %d codes: the test looks in the wrong place", len(a.ids), len(a.families), len(a.codes))
	}
	for _, id := range slices.Sorted(maps.Keys(a.ids)) {
		if !tx.Has(id) {
			t.Errorf("%s asks for %q, which there is not", a.ids[id], id)
		}
	}
	for family, at := range a.families {
		if !a.begins(family) {
			t.Errorf("%s asks for sentences that begin with %q, and there are none", at, family)
		}
	}
	for code := range a.codes {
		if !tx.Has("problem."+code) && !tx.Has(code) && !slices.Contains(neverShown, code) {
			t.Errorf("the code %q has no sentence", code)
		}
	}
	for _, id := range a.all {
		if !a.used(id) {
			t.Errorf("nobody asks for %q", id)
		}
	}
}

// used says whether something asks for a sentence.
func (a *asked) used(id string) bool {
	if _, ok := a.ids[id]; ok || a.codes[id] {
		return true
	}
	if code, ok := strings.CutPrefix(id, "problem."); ok {
		// By itself, or narrowed to a place: "problem.pagerduty.slow.create".
		for c := range a.codes {
			if code == c || strings.HasPrefix(code, c+".") {
				return true
			}
		}
	}
	for family := range a.families {
		if strings.HasPrefix(id, family) {
			return true
		}
	}
	return false
}

func (a *asked) read(p *packages.Package) {
	for _, name := range p.Types.Scope().Names() {
		if c, ok := p.Types.Scope().Lookup(name).(*types.Const); ok && c.Type().String() == "zendesk-pagerduty/problem.Code" {
			a.codes[constant.StringVal(c.Val())] = true
		}
	}
	for _, file := range p.Syntax {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if a.asks(p, n) && len(n.Args) > 0 {
					a.add(p, n.Args[0])
				}
			case *ast.BinaryExpr: // an id that is composed in a variable
				a.compose(p, n)
			case *ast.BasicLit: // an id that goes through a variable
				if v := p.TypesInfo.Types[n].Value; v != nil && v.Kind() == constant.String {
					a.mention(p, n, constant.StringVal(v))
				}
			}
			return true
		})
	}
}

// asks says whether a call is one of the catalog's.
func (a *asked) asks(p *packages.Package, call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f, ok := p.TypesInfo.Uses[sel.Sel].(*types.Func)
	return ok && slices.Contains([]string{
		"(*zendesk-pagerduty/views/text.Texts).S",
		"(*zendesk-pagerduty/views/text.Texts).F",
		"(*zendesk-pagerduty/views/text.Texts).Has",
		"(*zendesk-pagerduty/views/text.Texts).Parts",
	}, f.FullName())
}

// add notes what an argument can be.
func (a *asked) add(p *packages.Package, arg ast.Expr) {
	at := p.Fset.Position(arg.Pos())
	if v := p.TypesInfo.Types[arg].Value; v != nil {
		a.ids[constant.StringVal(v)] = at
		return
	}
	sum, ok := ast.Unparen(arg).(*ast.BinaryExpr)
	if !ok || sum.Op != token.ADD {
		return // a variable: its literals are mentioned where it is set
	}
	v := p.TypesInfo.Types[sum.X].Value
	if v == nil {
		return
	}
	family := constant.StringVal(v)
	a.families[family] = at
	if values, ok := fewer[family]; ok {
		for _, value := range values {
			a.ids[family+string(value)] = at
		}
		return
	}
	for _, value := range valuesOf(p, sum.Y) {
		a.ids[family+value] = at
	}
}

// valuesOf are the constants of the named type that an expression has, before it
// was made a string.
func valuesOf(p *packages.Package, e ast.Expr) (values []string) {
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok && len(call.Args) == 1 && p.TypesInfo.Types[call.Fun].IsType() {
		e = call.Args[0]
	}
	named, ok := p.TypesInfo.Types[e].Type.(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return nil
	}
	scope := named.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		if c, ok := scope.Lookup(name).(*types.Const); ok && types.Identical(c.Type(), named) {
			values = append(values, constant.StringVal(c.Val()))
		}
	}
	return values
}

// begins says whether there are sentences of a family.
func (a *asked) begins(family string) bool {
	return slices.ContainsFunc(a.all, func(id string) bool { return strings.HasPrefix(id, family) })
}

// compose notes what begins as sentences do: "window." + state + "." + name.
func (a *asked) compose(p *packages.Package, sum *ast.BinaryExpr) {
	left := ast.Unparen(sum.X)
	if inner, ok := left.(*ast.BinaryExpr); sum.Op != token.ADD || ok && p.TypesInfo.Types[inner].Value == nil {
		return // what is inside is looked at by itself
	}
	v := p.TypesInfo.Types[left].Value
	if v == nil || v.Kind() != constant.String || p.TypesInfo.Types[sum].Value != nil {
		return
	}
	family := constant.StringVal(v)
	if strings.HasSuffix(family, ".") && family != "problem." && a.begins(family) {
		a.families[family] = p.Fset.Position(sum.Pos())
	}
}

// mention notes a literal that is the id of a sentence.
func (a *asked) mention(p *packages.Package, n ast.Node, s string) {
	if _, ok := a.ids[s]; !ok && a.exists(s) {
		a.ids[s] = p.Fset.Position(n.Pos())
	}
}
