// Command check holds histories of the simulated PagerDuty, files of JSON
// lines, against PagerDuty's OpenAPI description, which PAGERDUTY_OPENAPI names.
// It prints each finding and ends with 1 where there are any.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"zendesk-pagerduty/simulator/pagerduty"
	"zendesk-pagerduty/simulator/pagerduty/openapi"
)

func main() {
	found, checked, err := check(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(2)
	}
	fmt.Printf("check: %d requests against PagerDuty's description, %d findings\n", checked, found)
	if found > 0 {
		os.Exit(1)
	}
}

func check(files []string) (found, checked int, err error) {
	spec, err := openapi.Load()
	if err != nil {
		return 0, 0, err
	}
	if spec == nil {
		return 0, 0, errors.New(openapi.Variable + " is not set")
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return 0, 0, err
		}
		for lines := json.NewDecoder(f); ; checked++ {
			var e pagerduty.Entry
			if err := lines.Decode(&e); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return 0, 0, errors.Join(err, f.Close())
			}
			if err := spec.Check(e); err != nil {
				found++
				fmt.Println(err)
			}
		}
		if err := f.Close(); err != nil {
			return 0, 0, err
		}
	}
	if checked == 0 {
		return 0, 0, errors.New("no request in the files: nothing was checked")
	}
	return found, checked, nil
}
