package main

import (
	"fmt"
	"os"
)

func main() {
	count, err := show(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(1)
	}
	fmt.Println(count)
	if name := os.Getenv("SUMMARY"); name != "" {
		if err := os.WriteFile(name, []byte(count.String()+"\n"), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "tally:", err)
			os.Exit(1)
		}
	}
	if !count.good() {
		os.Exit(1)
	}
}
