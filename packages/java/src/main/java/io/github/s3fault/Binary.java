package io.github.s3fault;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Where the program is. */
final class Binary {
    private static String brought; // once it has been taken out of the class path

    private Binary() {
    }

    /** S3FAULT_BINARY, else the program in the class path, else the one in PATH. */
    static String find(Map<String, String> environment) {
        String told = environment.getOrDefault("S3FAULT_BINARY", "");
        if (!told.isEmpty()) {
            String found = told.contains(File.separator) ? runs(Path.of(told)) : inPath(told, environment);
            if (found == null) {
                throw new S3FaultException("S3FAULT_BINARY=" + told + ": no program there");
            }
            return found;
        }
        String found = brought();
        if (found == null) {
            found = inPath(name(), environment);
        }
        if (found == null) {
            throw new S3FaultException("no program s3fault for " + platform()
                + ": put it in PATH, or set S3FAULT_BINARY");
        }
        return found;
    }

    private static String inPath(String name, Map<String, String> environment) {
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            String found = runs(Path.of(folder, name));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static String runs(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path) ? path.toString() : null;
    }

    /** The program in the class path, taken out once for this JVM; null: there is none. */
    private static synchronized String brought() {
        if (brought != null) {
            return brought;
        }
        try (InputStream in = Binary.class.getResourceAsStream("/s3fault/" + platform() + "/" + name())) {
            if (in == null) {
                return null;
            }
            Path folder = Files.createTempDirectory("s3fault-");
            Path program = folder.resolve(name());
            folder.toFile().deleteOnExit();
            program.toFile().deleteOnExit();
            Files.copy(in, program);
            if (!program.toFile().setExecutable(true)) {
                throw new S3FaultException(program + " cannot be made executable");
            }
            brought = program.toString();
            return brought;
        } catch (IOException broken) {
            throw new S3FaultException("the program in the class path cannot be taken out: " + broken);
        }
    }

    /** Go's name of this platform: "linux-amd64". */
    static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String system = os.startsWith("windows") ? "windows" : os.startsWith("mac") ? "darwin" : "linux";
        return system + "-" + (arch.equals("aarch64") ? "arm64" : arch.equals("x86_64") ? "amd64" : arch);
    }

    private static String name() {
        return platform().startsWith("windows") ? "s3fault.exe" : "s3fault";
    }
}
