package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// content is one file in an archive.
type content struct {
	name    string // with slashes
	data    []byte
	program bool
}

func (c content) mode() os.FileMode {
	if c.program {
		return 0o755
	}
	return 0o644
}

// archive packs the program with the licence and the README. No version in its name: the
// address of the newest one stays the same.
func (r *release) archive(p platform) (string, error) {
	files := []content{{name: p.program(), program: true}, {name: "LICENSE"}, {name: "README.md"}}
	from := []string{r.binary(p), filepath.Join(r.top, "LICENSE"), filepath.Join(r.top, "README.md")}
	for i := range files {
		data, err := os.ReadFile(from[i])
		if err != nil {
			return "", err
		}
		files[i].data = data
	}
	name := "s3fault_" + p.os + "_" + p.arch
	if p.os == "windows" {
		return name + ".zip", r.write(name+".zip", files, zipped)
	}
	return name + ".tar.gz", r.write(name+".tar.gz", files, tarred)
}

// write writes an archive into the folder of the release.
func (r *release) write(name string, files []content, pack func(io.Writer, moment, []content) error) error {
	var packed bytes.Buffer
	if err := pack(&packed, r.moment, files); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(filepath.Join(r.out, name), packed.Bytes(), 0o644)
}

// tarred writes a .tar.gz, in which nothing depends on who packed it, and when.
func tarred(w io.Writer, at moment, files []content) error {
	gz, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	tw := tar.NewWriter(gz)
	for _, f := range files {
		err := tw.WriteHeader(&tar.Header{
			Typeflag: tar.TypeReg, Name: f.name, Size: int64(len(f.data)), Mode: int64(f.mode()), ModTime: at.Time,
			Format: tar.FormatUSTAR,
		})
		if err != nil {
			return err
		}
		if _, err := tw.Write(f.data); err != nil {
			return err
		}
	}
	if err := tw.Close(); err != nil {
		return err
	}
	return gz.Close()
}

// zipped writes a .zip, in the same way.
func zipped(w io.Writer, at moment, files []content) error {
	zw := zip.NewWriter(w)
	zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, f := range files {
		head := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at.Time}
		head.SetMode(f.mode())
		entry, err := zw.CreateHeader(head)
		if err != nil {
			return err
		}
		if _, err := entry.Write(f.data); err != nil {
			return err
		}
	}
	return zw.Close()
}

// writeSums writes SHA256SUMS, as sha256sum -c reads it.
func writeSums(folder string, files []string) error {
	var sums bytes.Buffer
	for _, name := range slices.Sorted(slices.Values(files)) {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), name)
	}
	return os.WriteFile(filepath.Join(folder, "SHA256SUMS"), sums.Bytes(), 0o644)
}
