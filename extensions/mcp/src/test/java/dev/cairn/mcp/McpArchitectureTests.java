package dev.cairn.mcp;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules of this module.
 */
class McpArchitectureTests {

	private static final JavaClasses module = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("dev.cairn.mcp");

	@Test
	void onlyTheAutoConfigurationIsPublic() {
		assertThat(module.stream()
			.filter((type) -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
			.map(JavaClass::getSimpleName)).containsExactly("McpAutoConfiguration");
	}

	@Test
	void onlyTheTransportUsesTheSdk() {
		noClasses().that()
			.doNotHaveSimpleName("McpTransport")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.modelcontextprotocol..", "reactor..")
			.check(module);
	}

	@Test
	void theTransportDoesNotUseReactor() {
		noClasses().should().dependOnClassesThat().resideInAnyPackage("reactor..").check(module);
	}

	@Test
	void noClassUsesThreadLocals() {
		noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class).check(module);
	}

	@Test
	void thePackageIsNullMarked() {
		assertThat(module.getPackage("dev.cairn.mcp").isAnnotatedWith(NullMarked.class)).isTrue();
	}

}
