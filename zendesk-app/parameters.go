package zendeskapp

import "slices"

var parameterTypes = []string{"text", "checkbox", "url", "number", "multiline", "hidden", "oauth"}

// scopes say where Zendesk's proxy may put a secure parameter.
var scopes = []string{
	"header", "body", "url", "jwt_secret_key", "jwt_claim", "basic_auth_username", "basic_auth_password",
}

func (c *checker) parameters(m map[string]any) {
	v, ok := m["parameters"]
	if !ok {
		return
	}
	list, ok := v.([]any)
	if !ok {
		c.add("manifest.json", "parameters wants a list")
		return
	}
	seen := map[string]bool{}
	for _, v := range list {
		p, _ := v.(map[string]any)
		name, _ := p["name"].(string)
		switch {
		case name == "":
			c.add("manifest.json", "a parameter has no name")
		case name == "name":
			c.add("manifest.json", "no parameter may be called \"name\"")
		case seen[name]:
			c.add("manifest.json", "the parameter %q stands twice", name)
		}
		seen[name] = true
		c.parameter(name, p)
	}
}

func (c *checker) parameter(name string, p map[string]any) {
	if v, ok := p["type"]; ok {
		if kind, _ := v.(string); !slices.Contains(parameterTypes, kind) {
			c.add("manifest.json", "the parameter %q has the type %q, which Zendesk does not know", name, v)
		}
	}
	for _, key := range []string{"required", "secure"} {
		if v, ok := p[key]; ok && !is[bool](v) {
			c.add("manifest.json", "%s of the parameter %q is %v; want true or false", key, name, v)
		}
	}
	if p["type"] == "hidden" && p["required"] == true {
		c.add("manifest.json", "the hidden parameter %q cannot be required", name)
	}
	if v, ok := p["scopes"]; ok {
		list, _ := v.([]any)
		switch {
		case p["secure"] != true:
			c.add("manifest.json", "the parameter %q has scopes and is not secure", name)
		case len(list) == 0:
			c.add("manifest.json", "scopes of the parameter %q wants a list that is not empty", name)
		}
		for _, v := range list {
			if scope, _ := v.(string); !slices.Contains(scopes, scope) {
				c.add("manifest.json", "the parameter %q has the scope %q, which Zendesk does not know", name, v)
			}
		}
	}
}

// oauth is a login that Zendesk runs itself: a block of addresses, and exactly
// one parameter that holds what comes of it.
func (c *checker) oauth(m map[string]any) {
	parameters := 0
	list, _ := m["parameters"].([]any)
	for _, v := range list {
		if p, _ := v.(map[string]any); p["type"] == "oauth" {
			parameters++
			if p["secure"] == true {
				c.add("manifest.json", "the oauth parameter %q cannot be secure", p["name"])
			}
		}
	}
	if parameters > 1 {
		c.add("manifest.json", "there is more than one oauth parameter")
	}
	v, ok := m["oauth"]
	if !ok {
		return
	}
	if parameters == 0 {
		c.add("manifest.json", "oauth needs a parameter of the type oauth")
	}
	block, _ := v.(map[string]any)
	for _, key := range []string{"client_id", "client_secret", "authorize_uri", "access_token_uri"} {
		if s, _ := block[key].(string); s == "" {
			c.add("manifest.json", "oauth.%s is missing", key)
		}
	}
}
