package dev.onoma.server;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Locale;

/// Signals of the operating system.
///
/// The JDK's only way to them is `sun.misc.Signal`, of which javac warns without a way to say that
/// it is meant. So this one class looks it up by name; it is part of every JDK that has
/// `jdk.unsupported`.
final class Signals {
    private static final Object TURN = new Object();

    private Signals() {}

    /// Works on signals one after the other.
    static void inTurn(String name, Runnable work) {
        atOnce(
                name,
                () -> {
                    synchronized (TURN) {
                        work.run();
                    }
                });
    }

    /// Works on a signal whatever else is being done.
    static void atOnce(String name, Runnable work) {
        var thread = "onoma-sig" + name.toLowerCase(Locale.ROOT);
        handle(name, () -> Thread.ofPlatform().name(thread).start(work));
    }

    /// Does nothing on a signal.
    static void ignore(String name) {
        handle(name, () -> {});
    }

    private static void handle(String name, Runnable work) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Constructor<?> named = signal.getConstructor(String.class);
            Method handle = signal.getMethod("handle", signal, handler);
            InvocationHandler run =
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            work.run();
                        }
                        return null;
                    };
            var listener =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(), new Class<?>[] {handler}, run);
            handle.invoke(null, named.newInstance(name), listener);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no signals (jdk.unsupported)", e);
        }
    }
}
