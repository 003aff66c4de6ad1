package rules

import (
	"slices"
	"strings"
	"time"

	"zendesk-pagerduty/simulator/zendesk/rest"
)

// changeTrigger alters t, or says why not; empty is what happens to one that is
// left without conditions or actions, see [Settings.ClearedTrigger]. The caller
// holds the lock.
func (r *Rules) changeTrigger(t *Trigger, c triggerChange, now time.Time, empty string) error {
	if c.Title != nil {
		t.Title, t.RawTitle = *c.Title, *c.Title
	}
	if strings.TrimSpace(t.Title) == "" {
		return rest.Invalid("title", "Title: cannot be blank")
	}
	if c.Description != nil {
		t.Description = c.Description
	}
	if c.Active != nil {
		t.Active = *c.Active
	}
	if c.Position != nil {
		t.Position = *c.Position
	}
	if c.Conditions != nil || c.Actions != nil {
		// "Update Ticket Trigger": updating a condition or action updates both
		// arrays, clearing all existing values of both.
		t.Conditions, t.Actions = Conditions{}, []Action{}
	}
	if c.Conditions != nil {
		t.Conditions = *c.Conditions
	}
	if c.Actions != nil {
		t.Actions = *c.Actions
	}
	if t.Conditions.All == nil {
		t.Conditions.All = []Condition{}
	}
	if t.Conditions.Any == nil {
		t.Conditions.Any = []Condition{}
	}
	if empty == "refused" && len(t.Conditions.All)+len(t.Conditions.Any) == 0 {
		return rest.Invalid("base", "You must select at least one condition")
	}
	if empty == "refused" && len(t.Actions) == 0 {
		return rest.Invalid("base", "You must select at least one action")
	}
	for _, condition := range slices.Concat(t.Conditions.All, t.Conditions.Any) {
		if err := r.checkCondition(condition); err != nil {
			return err
		}
	}
	for _, action := range t.Actions {
		if err := r.checkAction(action, r.sender.ForTriggers); err != nil {
			return err
		}
	}
	t.UpdatedAt = now
	return r.categorise(t, c, now)
}

// categorise comes last, since it can make a category.
func (r *Rules) categorise(t *Trigger, c triggerChange, now time.Time) error {
	switch {
	case c.Category != nil && strings.TrimSpace(c.Category.Name) != "":
		t.CategoryID = r.addCategory(c.Category.Name, now).ID
	case c.CategoryID != nil:
		if !slices.ContainsFunc(r.categories, func(have TriggerCategory) bool { return have.ID == *c.CategoryID }) {
			return rest.Invalid("category_id", "Category: is invalid")
		}
		t.CategoryID = *c.CategoryID
	case t.CategoryID == "" && r.Settings().TriggerCategory == "required":
		return rest.Invalid("category_id", "Category: cannot be blank")
	case t.CategoryID == "":
		t.CategoryID = r.categories[0].ID
	}
	return nil
}
