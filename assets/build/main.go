package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"zendesk-pagerduty/assets"
)

func main() {
	root := flag.String("root", "assets", "the folder that holds src, node_modules and dist")
	flag.Parse()
	if err := build(*root, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// build leaves dist alone where anything is wrong with the sources.
func build(root string, out io.Writer) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	bundled, err := bundle(root)
	if err != nil {
		return err
	}
	legal, err := licences(root, bundled)
	if err != nil {
		return err
	}
	listed, err := write(filepath.Join(root, "dist"), bundled.files, legal)
	if err != nil {
		return err
	}
	return table(out, listed)
}

func table(out io.Writer, listed []listing) error {
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "bytes\tgzip\tbrotli\t  file")
	var sum assets.Entry
	for _, l := range listed {
		fmt.Fprintf(t, "%d\t%d\t%d\t  %s\n", l.Bytes, l.Gzip, l.Brotli, l.File)
		sum.Bytes, sum.Gzip, sum.Brotli = sum.Bytes+l.Bytes, sum.Gzip+l.Gzip, sum.Brotli+l.Brotli
	}
	fmt.Fprintf(t, "%d\t%d\t%d\t  all\n", sum.Bytes, sum.Gzip, sum.Brotli)
	return t.Flush()
}
