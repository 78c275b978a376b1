package packages

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/s3fault/s3fault"
	"github.com/s3fault/s3fault/internal/programs"
)

// jars are JUnit and what it needs, as Debian's package junit5 has them.
var jars = []string{
	"junit-jupiter-api", "junit-jupiter-params", "junit-jupiter-engine", "junit-platform-commons",
	"junit-platform-engine", "junit-platform-launcher", "junit-platform-console", "junit-platform-reporting",
	"opentest4j", "opentest4j-reporting-events", "opentest4j-reporting-schema", "apiguardian-api", "picocli",
	"univocity-parsers",
}

// jarFolder is where Debian has them.
const jarFolder = "/usr/share/java"

// java is the Java package, compiled with its tests and the README's.
type java struct{ classPath, tests, own, readme string }

// compiled is the package, and those of its tests that are given.
func compiled(t *testing.T) java {
	t.Helper()
	programs.Need(t, "java", "javac", "aws")
	heed(t, "java")
	var paths []string
	for _, jar := range jars {
		path := filepath.Join(jarFolder, jar+".jar")
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("%v: Debian's package junit5 has it", err)
		}
		paths = append(paths, path)
	}
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	j := java{own: at("own"), tests: at("tests"), readme: at("readme")}
	j.classPath = strings.Join(append(paths, j.own, j.tests, j.readme), string(filepath.ListSeparator))
	j.compile(t, j.own, sources(t, "java/src/main"))
	j.compile(t, j.tests, sources(t, "java/src/test"))
	j.compile(t, j.readme, readmeTests(t, at("source")))
	return j
}

func (j java) compile(t *testing.T, to string, files []string) {
	t.Helper()
	args := []string{"--release", "11", "-Xlint:all,-path", "-Werror", "-d", to, "-cp", j.classPath}
	runs(t, ".", os.Environ(), "javac", append(args, files...)...)
}

func sources(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "java/io/github/s3fault/*.java"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no source in %s: %v", folder, err)
	}
	return files
}

// readmeHead is what an editor writes above the README's examples.
const readmeHead = `package io.github.s3fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

`

var className = regexp.MustCompile(`(?m)^class (\w+)`)

// readmeTests are the README's examples, each a file.
func readmeTests(t *testing.T, folder string) (files []string) {
	t.Helper()
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, example := range examples(t, "java/README.md", "java") {
		file := filepath.Join(folder, className.FindStringSubmatch(example)[1]+".java")
		if err := os.WriteFile(file, []byte(readmeHead+example), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// carried is the environment and the class path of somebody who has the jar of the
// platform, with the program in it.
func (j java) carried(t *testing.T) (java, []string) {
	t.Helper()
	folder := t.TempDir()
	program := filepath.Join(folder, "s3fault", runtime.GOOS+"-"+runtime.GOARCH, filepath.Base(binary(t)))
	if err := os.MkdirAll(filepath.Dir(program), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(binary(t), program); err != nil {
		t.Fatal(err)
	}
	j.classPath += string(filepath.ListSeparator) + folder
	return j, at("")
}

// run is what JUnit's console says of tests that run in parallel and must go well.
func (j java) run(t *testing.T, env []string, selection ...string) string {
	t.Helper()
	args := []string{
		"-cp", j.classPath, "org.junit.platform.console.ConsoleLauncher", "--disable-banner", "--details=summary",
		"--fail-if-no-tests", "--config=junit.jupiter.execution.parallel.enabled=true",
	}
	return runs(t, ".", append(env, "HOME="+t.TempDir()), "java", append(args, selection...)...)
}

var (
	junitTook   = regexp.MustCompile(`Test run finished after (\d+) ms`)
	junitPassed = regexp.MustCompile(`\[\s*(\d+) tests successful\s*\]`)
)

// The package's own tests, five hundred in parallel, and the README's examples as they
// stand there, with the length of the first.
func TestJava(t *testing.T) {
	holdLines(t, "packages/java", firstExample(t, "java/README.md", "java"))
	j := compiled(t)
	ours := at(binary(t))
	j.run(t, ours, "--scan-classpath="+j.tests, "--exclude-classname=.*CrossingsTest")
	with, theirs := j.carried(t)
	out := with.run(t, theirs, "--scan-classpath="+j.readme)
	if told := junitPassed.FindStringSubmatch(out); told == nil || told[1] != "3" {
		t.Errorf("the README's examples: %s", out)
	}
	out = j.run(t, ours, "--select-class=io.github.s3fault.CrossingsTest")
	if told := junitPassed.FindStringSubmatch(out); told == nil || told[1] != fmt.Sprint(crossings) {
		t.Fatal(out)
	}
	toldTime(t, "JUnit in parallel", junitTook.FindStringSubmatch(out)[1]+"e-3")
}

// The metadata that is written twice is the same.
func TestJavaMetadata(t *testing.T) {
	text, err := os.ReadFile("java/pom.xml")
	if err != nil {
		t.Fatal(err)
	}
	var pom struct {
		Version string `xml:"version"`
	}
	if err := xml.Unmarshal(text, &pom); err != nil {
		t.Fatal(err)
	}
	if pom.Version != s3fault.Version {
		t.Errorf("the pom's version is %q", pom.Version)
	}
}
