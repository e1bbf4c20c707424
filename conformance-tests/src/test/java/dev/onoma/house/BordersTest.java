package dev.onoma.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.CompositeArchRule;
import io.prometheus.client.CollectorRegistry;
import org.junit.jupiter.api.Test;

/// The borders that Maven's modules do not hold, each with its reason.
final class BordersTest {
    private static final JavaClasses ONOMA =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.onoma");

    @Test
    void arrowsPointToThePluginApi() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("plugin-api")
                .definedBy("dev.onoma.api..")
                .layer("server")
                .definedBy("dev.onoma.server..")
                .layer("plugins")
                .definedBy("dev.onoma.plugins..")
                .layer("testkit")
                .definedBy("dev.onoma.testkit..")
                .whereLayer("server")
                .mayOnlyBeAccessedByLayers("testkit")
                .whereLayer("plugins")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("testkit")
                .mayNotBeAccessedByAnyLayer()
                .because(
                        "a plugin of ours sees what a plugin of anybody else sees; what server and"
                                + " plugins both need is an interface in dev.onoma.api")
                .check(ONOMA);
    }

    @Test
    void pluginsDoNotKnowPlugins() {
        slices().matching("dev.onoma.plugins.(*)..")
                .should()
                .notDependOnEachOther()
                .because(
                        "any plugin can be left out or replaced; what two of them share is an"
                                + " interface in dev.onoma.api")
                .allowEmptyShould(true)
                .check(ONOMA);
    }

    @Test
    void serversInOneProcessShareNothing() {
        CompositeArchRule.of(
                        fields().that()
                                .areStatic()
                                .and()
                                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                                .should()
                                .beFinal()
                                .allowEmptyShould(true))
                .and(
                        noClasses()
                                .should()
                                .accessField(CollectorRegistry.class, "defaultRegistry")
                                .allowEmptyShould(true))
                .and(
                        noClasses()
                                .that()
                                .doNotHaveFullyQualifiedName("dev.onoma.server.Main")
                                .should()
                                .callMethod(System.class, "exit", int.class)
                                .allowEmptyShould(true))
                .because(
                        "a reload builds the new server beside the old one, and tests run many at"
                                + " once: state, metrics and the end of the process come in through"
                                + " constructors")
                .check(ONOMA);
    }
}
