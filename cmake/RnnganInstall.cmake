# cmake --install: the program, what it looks for under share/rnngan, what shells and man read, and the library for find_package(rnngan).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# A LibTorch outside the system's folders is found where it was when the program was built.
if(NOT LibTorch_LIBRARY_DIR IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
  set_target_properties(rnngan PROPERTIES INSTALL_RPATH "${LibTorch_LIBRARY_DIR}")
endif()
install(TARGETS rnngan COMPONENT program)
install(DIRECTORY configs DESTINATION ${CMAKE_INSTALL_DATADIR}/rnngan COMPONENT program)
install(FILES data/README.md data/eustockmarkets.csv data/sine_classes.csv  # no file that is only fetched
  DESTINATION ${CMAKE_INSTALL_DATADIR}/rnngan/data COMPONENT program)
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)

# The program itself knows its verbs and options.
set(_words "${PROJECT_BINARY_DIR}/words")
install(CODE "
  file(MAKE_DIRECTORY \"${_words}\")
  foreach(shell IN ITEMS bash zsh fish)
    execute_process(COMMAND \"$<TARGET_FILE:rnngan>\" completion \${shell}
      OUTPUT_FILE \"${_words}/\${shell}\" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  file(REMOVE_RECURSE \"${_words}/man1\")
  execute_process(COMMAND \"$<TARGET_FILE:rnngan>\" manual \"${_words}/man1\" COMMAND_ERROR_IS_FATAL ANY)"
  COMPONENT program)
install(FILES "${_words}/bash" DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME rnngan COMPONENT program)
install(FILES "${_words}/zsh" DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _rnngan COMPONENT program)
install(FILES "${_words}/fish" DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME rnngan.fish COMPONENT program)
install(DIRECTORY "${_words}/man1" DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT program)

# The library: a static library per layer, under the one name rnngan::rnngan.
add_library(rnngan_library INTERFACE)
target_link_libraries(rnngan_library INTERFACE rnngan_app)
target_compile_features(rnngan_library INTERFACE cxx_std_20)
set_target_properties(rnngan_library PROPERTIES EXPORT_NAME rnngan)
set(_exported rnngan_library)
foreach(layer IN ITEMS core config tensor columns data nn objective evaluation training comparison report app)
  set_target_properties(rnngan_${layer} PROPERTIES EXPORT_NAME ${layer})
  target_include_directories(rnngan_${layer} INTERFACE
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/rnngan>")
  list(APPEND _exported rnngan_${layer})
endforeach()
set(_package ${CMAKE_INSTALL_LIBDIR}/cmake/rnngan)
install(TARGETS ${_exported} EXPORT rnngan COMPONENT development)
install(EXPORT rnngan NAMESPACE rnngan:: FILE rnngan-targets.cmake DESTINATION ${_package} COMPONENT development)
install(DIRECTORY src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rnngan COMPONENT development
  FILES_MATCHING PATTERN "*.h" PATTERN "cli" EXCLUDE)
configure_package_config_file(cmake/rnngan-config.cmake.in rnngan-config.cmake INSTALL_DESTINATION ${_package})
write_basic_package_version_file(rnngan-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/rnngan-config.cmake" "${PROJECT_BINARY_DIR}/rnngan-config-version.cmake"
  cmake/FindLibTorch.cmake cmake/FindLibCsv.cmake cmake/FindXGBoost.cmake DESTINATION ${_package} COMPONENT development)

# cpack -G DEB: the packages rnngan and librnngan-dev. What they depend on is read from the program, so it must be built with
# Debian's LibTorch (scripts/package.sh).
set(CPACK_PACKAGE_CONTACT "The rnngan developers <rnngan@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME rnngan)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS libopenblas0-openmp)  # four times as fast as the BLAS that libtorch takes otherwise
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME librnngan-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "g++, libtorch-dev, libspdlog-dev, libfmt-dev, nlohmann-json3-dev, libcsv-dev, zlib1g-dev, libxgboost-dev, libssl-dev")
include(CPack)
