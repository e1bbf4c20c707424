package dev.onoma.server.discovery;

/// Lets only the api, and what the api needs, shine through to a third-party jar: its own libraries
/// never meet ours.
final class ApiOnlyLoader extends ClassLoader {
    private static final String[] SHARED = {
        "dev.onoma.api.",
        "org.xbill.DNS.",
        "io.prometheus.client.",
        "org.jspecify.",
        "com.google.re2j.",
        "java.",
        "javax.",
        "jdk."
    };

    private final ClassLoader server;

    ApiOnlyLoader(ClassLoader server) {
        super(ClassLoader.getPlatformClassLoader());
        this.server = server;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        for (var prefix : SHARED) {
            if (name.startsWith(prefix)) {
                return server.loadClass(name);
            }
        }
        throw new ClassNotFoundException(name);
    }
}
