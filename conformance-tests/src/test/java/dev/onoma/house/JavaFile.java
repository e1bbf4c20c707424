package dev.onoma.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;

/// What [TidyTest] looks at in one source file, read by the JDK's own parser.
///
/// @param methods with their bodies
/// @param undocumented the public top-level types without a doc comment
/// @param strings the string literals and text blocks
record JavaFile(Path path, List<Method> methods, List<String> undocumented, List<String> strings) {
    record Method(String name, long line, long lines) {}

    /// Parses all the files at once, which the parser is much faster at.
    static List<JavaFile> parse(List<Path> paths) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var options = List.of("-proc:none");
            var sources = files.getJavaFileObjectsFromPaths(paths);
            var task = (JavacTask) compiler.getTask(null, files, null, options, null, sources);
            return StreamSupport.stream(task.parse().spliterator(), false)
                    .map(unit -> read(unit, DocTrees.instance(task)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JavaFile read(CompilationUnitTree unit, DocTrees trees) {
        var reader = new Reader(unit, trees);
        reader.scan(unit, null);
        return new JavaFile(
                Path.of(unit.getSourceFile().toUri()),
                reader.methods,
                undocumented(unit, trees),
                reader.strings);
    }

    private static List<String> undocumented(CompilationUnitTree unit, DocTrees trees) {
        return unit.getTypeDecls().stream()
                .filter(ClassTree.class::isInstance)
                .map(ClassTree.class::cast)
                .filter(type -> type.getModifiers().getFlags().contains(Modifier.PUBLIC))
                .filter(type -> trees.getDocCommentTree(TreePath.getPath(unit, type)) == null)
                .map(type -> type.getSimpleName().toString())
                .toList();
    }

    private static final class Reader extends TreePathScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final DocTrees trees;
        private final List<Method> methods = new ArrayList<>();
        private final List<String> strings = new ArrayList<>();

        Reader(CompilationUnitTree unit, DocTrees trees) {
            this.unit = unit;
            this.trees = trees;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            if (method.getBody() != null) {
                long first = line(trees.getSourcePositions().getStartPosition(unit, method));
                long last = line(trees.getSourcePositions().getEndPosition(unit, method));
                methods.add(new Method(method.getName().toString(), first, last - first + 1));
            }
            return super.visitMethod(method, null);
        }

        @Override
        public Void visitLiteral(LiteralTree literal, Void nothing) {
            if (literal.getKind() == Tree.Kind.STRING_LITERAL) {
                strings.add((String) literal.getValue());
            }
            return super.visitLiteral(literal, null);
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }
    }
}
