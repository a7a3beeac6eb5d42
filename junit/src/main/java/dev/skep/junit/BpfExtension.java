package dev.skep.junit;

import dev.skep.BpfObject;
import dev.skep.RejectedException;
import dev.skep.SkbProgram;
import dev.skep.Skep;
import dev.skep.SyscallProgram;
import dev.skep.XdpProgram;
import dev.skep.object.ObjectFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Loads what {@link BpfTest} names when a test method first asks for it, and closes it after the method. */
final class BpfExtension implements ParameterResolver {
    private static final String CLASSPATH = "classpath:";

    /** What one test method uses. */
    private record Loaded(Skep skep, BpfObject object) implements AutoCloseable {
        @Override
        public void close() {
            skep.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        boolean program = type == XdpProgram.class || type == SkbProgram.class || type == SyscallProgram.class;
        return type == BpfObject.class || type == Skep.class || program && parameter.isAnnotated(Program.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Loaded loaded = context.getStore(Namespace.create(BpfExtension.class, context.getRequiredTestMethod()))
                .computeIfAbsent(Loaded.class, _ -> load(context), Loaded.class);
        Class<?> type = parameter.getParameter().getType();
        if (type == Skep.class) {
            return loaded.skep();
        }
        if (type == BpfObject.class) {
            return loaded.object();
        }
        String name = parameter.findAnnotation(Program.class).orElseThrow().value();
        if (type == XdpProgram.class) {
            return loaded.object().xdp(name);
        }
        return type == SkbProgram.class
                ? loaded.object().skb(name)
                : loaded.object().syscall(name);
    }

    private static Loaded load(ExtensionContext context) {
        BpfTest test = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), BpfTest.class)
                .or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), BpfTest.class))
                .orElseThrow(() -> new ParameterResolutionException("@BpfTest must name an object file"));
        Skep skep = Skep.create();
        try {
            byte[] bytes = read(context.getRequiredTestClass(), test.value());
            String name = test.value().substring(test.value().lastIndexOf('/') + 1);
            return new Loaded(skep, skep.load(name, bytes, o -> o.programs(test.programs())));
        } catch (IOException | ObjectFormatException | RejectedException e) {
            skep.close();
            String log = e instanceof RejectedException r && r.verdict() != null
                    ? "\n" + r.verdict().log()
                    : "";
            throw new ParameterResolutionException(e.getMessage() + log, e);
        }
    }

    private static byte[] read(Class<?> test, String file) throws IOException {
        if (!file.startsWith(CLASSPATH)) {
            return Files.readAllBytes(Path.of(file));
        }
        try (InputStream in = test.getResourceAsStream(file.substring(CLASSPATH.length()))) {
            if (in == null) {
                throw new IOException("no such resource: " + file);
            }
            return in.readAllBytes();
        }
    }
}
