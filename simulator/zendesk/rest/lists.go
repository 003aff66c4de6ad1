package rest

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// WholeList is a list of the REST API that is short enough to come whole.
func WholeList[T any](name string, list []T) map[string]any {
	return map[string]any{name: list, "count": len(list), "next_page": nil, "previous_page": nil}
}

const pageLimit = 100

// Unordered says that a list is not asked for by position: pages by cursor are
// in that order only with sort=position; the documented default belongs to pages
// by offset. Here they then begin with the newest.
func Unordered(address *url.URL) bool {
	q := address.Query()
	return (q.Has("page[size]") || q.Has("page[after]")) && q.Get("sort") != "position"
}

// Paginate is one page of a list, by offset (page, per_page) or, if the request
// has page[size], by cursor.
func Paginate[T any](name string, list []T, subdomain string, address *url.URL) (map[string]any, error) {
	q := address.Query()
	if q.Has("page[size]") || q.Has("page[after]") {
		return CursorPage(name, list, subdomain, address)
	}
	page, size, err := offset(q)
	if err != nil {
		return nil, err
	}
	from, to := min((page-1)*size, len(list)), min(page*size, len(list))
	link := func(n int) any {
		q.Set("page", strconv.Itoa(n))
		q.Set("per_page", strconv.Itoa(size))
		return "https://" + subdomain + ".zendesk.com" + address.Path + "?" + q.Encode()
	}
	answer := map[string]any{name: list[from:to], "count": len(list), "next_page": nil, "previous_page": nil}
	if to < len(list) {
		answer["next_page"] = link(page + 1)
	}
	if page > 1 {
		answer["previous_page"] = link(page - 1)
	}
	return answer, nil
}

func offset(q url.Values) (page, size int, err error) {
	page, size = 1, pageLimit
	for name, to := range map[string]*int{"page": &page, "per_page": &size} {
		if q.Get(name) == "" {
			continue
		}
		if *to, err = strconv.Atoi(q.Get(name)); err != nil || *to < 1 {
			return 0, 0, fmt.Errorf("%s: want a number from 1", name)
		}
	}
	return page, min(size, pageLimit), nil
}

// CursorPage is a page by cursor. The cursor here is the number of items that
// came before; Zendesk's is opaque.
func CursorPage[T any](name string, list []T, subdomain string, address *url.URL) (map[string]any, error) {
	q := address.Query()
	size := pageLimit
	if s := q.Get("page[size]"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > pageLimit {
			return nil, fmt.Errorf("page[size]: want 1 to %d", pageLimit)
		}
		size = n
	}
	from := 0
	if after := q.Get("page[after]"); after != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(after, "after-"))
		if err != nil || n < 0 {
			return nil, fmt.Errorf("page[after]: want a cursor of an answer before")
		}
		from = min(n, len(list))
	}
	to := min(from+size, len(list))
	meta := map[string]any{"has_more": to < len(list), "after_cursor": nil, "before_cursor": nil}
	links := map[string]any{"next": nil, "prev": nil}
	if to < len(list) {
		cursor := "after-" + strconv.Itoa(to)
		q.Set("page[after]", cursor)
		q.Set("page[size]", strconv.Itoa(size))
		meta["after_cursor"] = cursor
		links["next"] = "https://" + subdomain + ".zendesk.com" + address.Path + "?" + q.Encode()
	}
	return map[string]any{name: list[from:to], "meta": meta, "links": links}, nil
}
