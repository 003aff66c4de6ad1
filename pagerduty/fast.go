package pagerduty

// A ticket's incidents are asked for by every open panel, over and over, and
// most of an answer is not shown: encoding/json takes three times as long for
// it. What is read here is what the tags in wire.go say, and a test holds the
// two together.

// fast is an answer that reads itself.
type fast interface {
	read(s *scanner) error
}

func readWhole(raw []byte, into fast) error {
	s := &scanner{raw: raw}
	if err := into.read(s); err != nil {
		return err
	}
	if s.next(); s.at < len(raw) {
		return errJSON
	}
	return nil
}

func (l *wireIncidents) read(s *scanner) error {
	return s.object(func(name []byte) error {
		switch string(name) {
		case "incidents":
			return list(s, &l.Incidents, readIncident)
		case "more":
			return s.truth(&l.More)
		}
		return s.skip()
	})
}

func readIncident(s *scanner, w *wireIncident) error {
	return s.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return s.text(&w.ID)
		case "incident_number":
			return s.number(&w.Number)
		case "title":
			return s.text(&w.Title)
		case "html_url":
			return s.text(&w.HTMLURL)
		case "incident_key":
			return optional(s, &w.Key, (*scanner).text)
		case "status":
			return s.text(&w.Status)
		case "urgency":
			return s.text(&w.Urgency)
		case "priority":
			return optional(s, &w.Priority, readRef)
		case "service":
			return readRef(s, &w.Service)
		case "escalation_policy":
			return readRef(s, &w.Policy)
		case "created_at":
			return s.value(&w.CreatedAt)
		case "last_status_change_at":
			return s.value(&w.ChangedAt)
		case "assignments":
			return list(s, &w.Assignments, func(s *scanner, a *wireAssigned) error {
				return member(s, "assignee", &a.Assignee, readRef)
			})
		case "pending_actions":
			return list(s, &w.Pending, readPending)
		case "resolve_reason":
			return optional(s, &w.Resolution, func(s *scanner, r *wireResolution) error {
				return member(s, "incident", &r.Incident, readRef)
			})
		}
		return s.skip()
	})
}

func readRef(s *scanner, r *wireRef) error {
	return s.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return s.text(&r.ID)
		case "type":
			return s.text(&r.Type)
		case "summary":
			return s.text(&r.Summary)
		}
		return s.skip()
	})
}

func readPending(s *scanner, p *wirePending) error {
	return s.object(func(name []byte) error {
		switch string(name) {
		case "type":
			return s.text(&p.Type)
		case "at":
			return s.value(&p.At)
		}
		return s.skip()
	})
}

func member[T any](s *scanner, name string, into *T, read func(*scanner, *T) error) error {
	return s.object(func(got []byte) error {
		if string(got) == name {
			return read(s, into)
		}
		return s.skip()
	})
}

func list[T any](s *scanner, into *[]T, read func(*scanner, *T) error) error {
	if s.null() {
		return nil
	}
	*into = []T{}
	return s.array(func() error {
		var one T
		err := read(s, &one)
		*into = append(*into, one)
		return err
	})
}

func optional[T any](s *scanner, into **T, read func(*scanner, *T) error) error {
	if s.null() {
		return nil
	}
	*into = new(T)
	return read(s, *into)
}
