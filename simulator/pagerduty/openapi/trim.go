package openapi

import (
	"slices"
	"strconv"
	"strings"
)

// trim keeps the paths that matter and the components that they lead to. A
// reference into the middle of a component ("#/components/schemas/Tag/allOf/0",
// which libraries refuse) becomes one to a component of its own; one that leads
// nowhere becomes an empty schema.
func trim(whole map[string]any) map[string]any {
	paths, _ := whole["paths"].(map[string]any)
	small := map[string]any{}
	for name, item := range paths {
		if slices.Contains(kept, name) {
			small[name] = item
		}
	}
	components, _ := whole["components"].(map[string]any)
	reached := map[string]any{}
	queue := []any{small}
	for len(queue) > 0 {
		node := queue[0]
		queue = queue[1:]
		walk(node, func(object map[string]any) {
			ref, _ := object["$ref"].(string)
			if ref == "" {
				return
			}
			kind, name, target := find(whole, ref)
			if target == nil {
				delete(object, "$ref")
				return
			}
			object["$ref"] = "#/components/" + kind + "/" + name
			group, _ := reached[kind].(map[string]any)
			if group == nil {
				group = map[string]any{}
				reached[kind] = group
			}
			if _, done := group[name]; !done {
				group[name] = target
				queue = append(queue, target)
			}
		})
	}
	amend(small, reached)
	if schemes, ok := components["securitySchemes"]; ok {
		reached["securitySchemes"] = schemes
	}
	return map[string]any{"openapi": whole["openapi"], "info": whole["info"], "paths": small, "components": reached}
}

// find follows a reference, through others on its way, and says as which
// component its target is kept. The target is nil where there is none.
func find(whole map[string]any, ref string) (kind, name string, target any) {
	pointer, ok := strings.CutPrefix(ref, "#/components/")
	if !ok {
		return "", "", nil
	}
	steps := strings.Split(pointer, "/")
	target = whole["components"]
	for _, step := range steps {
		if target = enter(whole, target, step); target == nil {
			return "", "", nil
		}
	}
	switch {
	case len(steps) < 2:
		return "", "", nil
	case len(steps) == 2:
		return steps[0], steps[1], target
	}
	return "schemas", strings.NewReplacer("~", "_").Replace(strings.Join(steps[1:], ".")), target
}

// enter takes one step of a JSON pointer, out of a reference's target if the
// node is one.
func enter(whole map[string]any, node any, step string) any {
	step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
	switch v := node.(type) {
	case map[string]any:
		if child, ok := v[step]; ok {
			return child
		}
		if ref, ok := v["$ref"].(string); ok {
			if _, _, target := find(whole, ref); target != nil {
				return enter(whole, target, step)
			}
		}
	case []any:
		if n, err := strconv.Atoi(step); err == nil && n >= 0 && n < len(v) {
			return v[n]
		}
	}
	return nil
}

func walk(node any, visit func(map[string]any)) {
	switch v := node.(type) {
	case map[string]any:
		visit(v)
		for _, child := range v {
			walk(child, visit)
		}
	case []any:
		for _, child := range v {
			walk(child, visit)
		}
	}
}
