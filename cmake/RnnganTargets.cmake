# One static library per folder of src/ and one test program per folder of tests/, so that an edit rebuilds little and the
# order of the layers shows in what links what.

set(RNNGAN_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wno-unused-parameter
    -Wno-restrict)  # GCC 12 sees overlaps in std::string that are not there
if(RNNGAN_WERROR)
  list(APPEND RNNGAN_WARNINGS -Werror)
endif()

# rnngan_layer(NAME [TORCH] [LINK targets...]): the library rnngan_NAME from src/NAME/*.cpp.
function(rnngan_layer name)
  cmake_parse_arguments(LAYER "TORCH" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_library(rnngan_${name} STATIC ${sources})
  target_include_directories(rnngan_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_compile_options(rnngan_${name} PRIVATE ${RNNGAN_WARNINGS})
  target_link_libraries(rnngan_${name} PUBLIC ${LAYER_LINK})
  if(LAYER_TORCH)
    target_link_libraries(rnngan_${name} PUBLIC LibTorch::LibTorch)
    rnngan_torch_pch(rnngan_${name})
  endif()
endfunction()

# Shares one precompiled header between all targets that use LibTorch.
function(rnngan_torch_pch target)
  if(NOT RNNGAN_PCH)
    return()
  endif()
  if(NOT TARGET rnngan_pch)
    file(WRITE "${PROJECT_BINARY_DIR}/pch.cpp" "")
    add_library(rnngan_pch STATIC "${PROJECT_BINARY_DIR}/pch.cpp")
    target_link_libraries(rnngan_pch PUBLIC LibTorch::LibTorch)
    target_compile_options(rnngan_pch PRIVATE ${RNNGAN_WARNINGS})
    target_precompile_headers(rnngan_pch PRIVATE <torch/types.h> <torch/nn/module.h>)
  endif()
  target_precompile_headers(${target} REUSE_FROM rnngan_pch)
endfunction()

# rnngan_tests(NAME [TORCH] [LABELS labels...] [LINK targets...]): the program NAME_tests from tests/NAME/*.cpp, one CTest entry.
function(rnngan_tests name)
  cmake_parse_arguments(TESTS "TORCH" "" "LABELS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${name}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_tests ${sources})
  target_include_directories(${name}_tests PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/tests")
  target_compile_options(${name}_tests PRIVATE ${RNNGAN_WARNINGS})
  target_compile_definitions(${name}_tests PRIVATE RNNGAN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name}_tests PRIVATE ${TESTS_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
  if(TESTS_TORCH)
    rnngan_torch_pch(${name}_tests)
  endif()
  add_test(NAME ${name} COMMAND ${name}_tests)
  set_tests_properties(${name} PROPERTIES LABELS "${TESTS_LABELS}" TIMEOUT 900)
endfunction()
