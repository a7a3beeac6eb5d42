package dev.skep.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The architecture page and the code say the same. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.skep");

    @Test
    void dataFlowsOneWay() {
        forbid(
                "dev.skep.object..",
                "dev.skep.kernel..",
                "dev.skep.verifier..",
                "dev.skep.runtime..",
                "dev.skep.jit..",
                "dev.skep.linux..",
                "dev.skep",
                "dev.skep.cli..");
        forbid(
                "dev.skep.kernel..",
                "dev.skep.verifier..",
                "dev.skep.runtime..",
                "dev.skep.jit..",
                "dev.skep.linux..",
                "dev.skep",
                "dev.skep.cli..");
        forbid(
                "dev.skep.verifier..",
                "dev.skep.runtime..",
                "dev.skep.jit..",
                "dev.skep.linux..",
                "dev.skep",
                "dev.skep.cli..");
        forbid(
                "dev.skep.runtime..",
                "dev.skep.verifier..",
                "dev.skep.jit..",
                "dev.skep.linux..",
                "dev.skep",
                "dev.skep.cli..");
        forbid("dev.skep.jit..", "dev.skep.verifier..", "dev.skep.linux..", "dev.skep", "dev.skep.cli..");
        forbid(
                "dev.skep.linux..",
                "dev.skep.kernel..",
                "dev.skep.verifier..",
                "dev.skep.runtime..",
                "dev.skep.jit..",
                "dev.skep",
                "dev.skep.cli..");
    }

    private static void forbid(String from, String... to) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .check(CLASSES);
    }

    @Test
    void modulesHaveNoCycles() {
        slices().matching("dev.skep.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theCoreDependsOnTheJdkAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.skep.cli..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("dev.skep..", "java..", "jdk.jfr..")
                .check(CLASSES);
    }

    @Test
    void theArchitecturePageNamesTheFoldersThatThereAre() throws Exception {
        Path root = Repository.root();
        String page = Files.readString(root.resolve("docs/architecture.md"));
        TreeSet<String> named = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| `([a-z]+)/` \\|").matcher(page);
        while (row.find()) {
            named.add(row.group(1));
            assertThat(root.resolve(row.group(1))).isDirectory();
        }
        Matcher module =
                Pattern.compile("<module>([a-z]+)</module>").matcher(Files.readString(root.resolve("pom.xml")));
        while (module.find()) {
            assertThat(named).contains(module.group(1));
        }
    }

    @Test
    void filesNamedInTheDocumentsExist() throws Exception {
        Path root = Repository.root();
        for (String document : new String[] {"README.md", "CONTRIBUTING.md", "docs/architecture.md"}) {
            Path file = root.resolve(document);
            Matcher link = Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(Files.readString(file));
            while (link.find()) {
                assertThat(file.getParent() == null ? root : file.getParent().resolve(link.group(1)))
                        .as(document)
                        .exists();
            }
        }
    }
}
