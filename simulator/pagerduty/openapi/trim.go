package openapi

import (
	"slices"
	"strings"
)

// trim keeps the paths that matter and the components that they lead to.
// References that lead nowhere become empty schemas.
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
			kind, name, ok := strings.Cut(strings.TrimPrefix(ref, "#/components/"), "/")
			if ref == "" {
				return
			}
			target, found := lookUp(components, kind, name)
			if !ok || !strings.HasPrefix(ref, "#/components/") || !found {
				delete(object, "$ref")
				return
			}
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
	amend(reached)
	if schemes, ok := components["securitySchemes"]; ok {
		reached["securitySchemes"] = schemes
	}
	return map[string]any{"openapi": whole["openapi"], "info": whole["info"], "paths": small, "components": reached}
}

func lookUp(components map[string]any, kind, name string) (any, bool) {
	group, _ := components[kind].(map[string]any)
	target, ok := group[name]
	return target, ok
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

// amend mends the one place where the description contradicts itself: it calls
// an incident body's details an object, while its own example of POST
// /incidents, and PagerDuty's developer docs ("Incident creation API"), have a
// string there. Either passes here.
func amend(components map[string]any) {
	schemas, _ := components["schemas"].(map[string]any)
	body, _ := schemas["IncidentBody"].(map[string]any)
	properties, _ := body["properties"].(map[string]any)
	if details, ok := properties["details"].(map[string]any); ok {
		delete(details, "type")
	}
}
