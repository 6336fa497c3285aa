# One static library per folder of src/ and one test program per folder of tests/, so that an edit rebuilds little and the
# order of the layers shows in what links what.

set(RNNGAN_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wno-unused-parameter
    -Wno-restrict)  # GCC 12 sees overlaps in std::string that are not there
if(RNNGAN_WERROR)
  list(APPEND RNNGAN_WARNINGS -Werror)
endif()

# rnngan_layer(NAME [TORCH] [LINK targets...]): the library rnngan_NAME from src/NAME/**.cpp.
function(rnngan_layer name)
  cmake_parse_arguments(LAYER "TORCH" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_library(rnngan_${name} STATIC ${sources})
  target_include_directories(rnngan_${name} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>")
  target_compile_options(rnngan_${name} PRIVATE ${RNNGAN_WARNINGS})
  target_link_libraries(rnngan_${name} PUBLIC ${LAYER_LINK})
  # Several files per compiler run: what LibTorch's headers cost is paid once for all of them.
  set_target_properties(rnngan_${name} PROPERTIES UNITY_BUILD ${RNNGAN_UNITY} UNITY_BUILD_BATCH_SIZE 16)
  if(LAYER_TORCH)
    target_link_libraries(rnngan_${name} PUBLIC LibTorch::LibTorch)
    rnngan_torch_pch(rnngan_${name})
  endif()
endfunction()

# rnngan_pch(TARGET FROM [OPTIONS options...] [LINK targets...] HEADERS headers...): TARGET takes its precompiled header from
# the library FROM, which is made of the rest on first use.
function(rnngan_pch target from)
  cmake_parse_arguments(PCH "" "" "OPTIONS;LINK;HEADERS" ${ARGN})
  if(NOT RNNGAN_PCH)
    return()
  endif()
  if(NOT TARGET ${from})
    file(WRITE "${PROJECT_BINARY_DIR}/${from}.cpp" "")
    add_library(${from} STATIC "${PROJECT_BINARY_DIR}/${from}.cpp")
    target_link_libraries(${from} PUBLIC ${PCH_LINK})
    target_compile_options(${from} PRIVATE ${RNNGAN_WARNINGS} ${PCH_OPTIONS})
    target_precompile_headers(${from} PRIVATE ${PCH_HEADERS})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${from})
endfunction()

function(rnngan_torch_pch target)
  rnngan_pch(${target} rnngan_pch_torch LINK LibTorch::LibTorch HEADERS <torch/types.h> <torch/nn/module.h>)
endfunction()

# rnngan_tests(NAME [TORCH] [LABELS labels...] [LINK targets...]): the program NAME_tests from tests/NAME/**.cpp, one CTest entry.
function(rnngan_tests name)
  cmake_parse_arguments(TESTS "TORCH" "" "LABELS;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${name}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_tests ${sources})
  target_include_directories(${name}_tests PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/tests")
  target_compile_options(${name}_tests PRIVATE ${RNNGAN_WARNINGS})
  target_compile_definitions(${name}_tests PRIVATE RNNGAN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name}_tests PRIVATE ${TESTS_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
  # LibTorch's headers cost seconds in every compiler run: many files in each. Their namespaces bear their files' names.
  set_target_properties(${name}_tests PROPERTIES UNITY_BUILD ${RNNGAN_UNITY} UNITY_BUILD_BATCH_SIZE 16)
  # Run once, so not worth optimising; what they test is.
  target_compile_options(${name}_tests PRIVATE -O0)
  set(headers <gmock/gmock.h> <gtest/gtest.h> <nlohmann/json.hpp>)
  set(libraries GTest::gmock nlohmann_json::nlohmann_json)
  if(TESTS_TORCH)
    rnngan_pch(${name}_tests rnngan_pch_torch_tests OPTIONS -O0 LINK ${libraries} LibTorch::LibTorch
      HEADERS <torch/types.h> <torch/nn/module.h> ${headers})
  else()
    rnngan_pch(${name}_tests rnngan_pch_tests OPTIONS -O0 LINK ${libraries} HEADERS ${headers})
  endif()
  if(RNNGAN_FUZZ)
    target_link_libraries(${name}_tests PRIVATE rnngan_coverage)
  endif()
  add_test(NAME ${name} COMMAND ${name}_tests)
  # Two programs run at a time: the threads of each would wait for the other's. Tests of threads set their own number.
  set_tests_properties(${name} PROPERTIES LABELS "${TESTS_LABELS}" TIMEOUT 900 ENVIRONMENT OMP_NUM_THREADS=1)
endfunction()
